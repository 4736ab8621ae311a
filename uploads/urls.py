from django.urls import path

from uploads import serving, views

urlpatterns = [
    path("api/upload/image", views.UploadImage.as_view(), name="upload-image"),
    path("api/upload/presigned-url", views.PresignedUrl.as_view(), name="presigned-url"),
    path("api/upload/incoming/<str:name>", views.PutIncoming.as_view(), name="put-incoming"),
    path("api/upload/complete", views.Complete.as_view(), name="complete-upload"),
    path("api/upload/image/<path:object_key>", views.OneImage.as_view(), name="delete-image"),
    path("api/upload/images", views.Images.as_view(), name="images"),
    path("api/auth/me/avatar", views.MyAvatar.as_view(), name="my-avatar"),
    path("pictures/<path:key>", serving.picture, name="picture"),
]
