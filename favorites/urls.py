from django.urls import path

from favorites import views

urlpatterns = [
    path("api/designs/<id:pk>/favorite", views.Heart.as_view(), name="favorite"),
    path("api/designs/user/favorites", views.MyFavorites.as_view(), name="my-favorites"),
]
